#include "registry/synth_words.h"

#define WORDS(...) { (const char *const[]){ __VA_ARGS__ }, sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *) }

const Words WORDS_MAN[2] = {
    WORDS("Syafrudin", "Yusrizal", "Zulkifli", "Afrizal", "Ermanto", "Nofrizal", "Masrul", "Jasman", "Syamsuar", "Bustami", "Marlis",
          "Amrizal", "Ridwan", "Hendri", "Irwan", "Dasril", "Nasrul", "Syahrial", "Edison", "Mukhlis", "Rusli", "Anasrul", "Basri",
          "Darmawan", "Efrizal", "Firdaus", "Hamdan", "Idrus", "Jufri", "Khairul", "Lukman", "Mardison", "Nurdin", "Okrizal", "Ramli",
          "Sofyan", "Tarmizi", "Usman", "Wirman", "Yulisman", "Zainal", "Asril", "Budiman", "Chairil", "Dahlan", "Emrizal"),
    WORDS("Fadli", "Rizki", "Ilham", "Fajri", "Rahmat", "Taufik", "Yogi", "Febri", "Wahyu", "Bayu", "Doni", "Aldi", "Rafki", "Hafiz",
          "Farhan", "Ihsan", "Gilang", "Rendi", "Iqbal", "Naufal", "Arif", "Agung", "Dimas", "Fikri", "Habib", "Raihan", "Zaki", "Alif",
          "Rafi", "Kevin", "Ridho", "Teguh", "Vino", "Yusuf", "Ibrahim", "Daffa", "Galang", "Hanif", "Irfan", "Luthfi"),
};
const Words WORDS_WOMAN[2] = {
    WORDS("Nurhayati", "Yusmaniar", "Rosmaini", "Elvi", "Desmawati", "Ermawati", "Yulinar", "Rosna", "Murni", "Gusmawati", "Nelwati",
          "Asmanidar", "Syamsidar", "Zuraida", "Nurmi", "Upik", "Jusna", "Mariani", "Hasnah", "Yurnalis", "Dahniar", "Fatimah", "Halimah",
          "Irdawati", "Jasmi", "Kartini", "Lisnawati", "Marnis", "Nurbaiti", "Ratna", "Salmah", "Tasnim", "Wirdati", "Yarnis", "Zahara",
          "Arnis", "Asnimar", "Bainar", "Darmi", "Eliza", "Farida", "Gustina", "Yeni", "Reni", "Desi", "Mira"),
    WORDS("Fitri", "Suci", "Rahmi", "Wulan", "Aisyah", "Annisa", "Salsabila", "Putri", "Siti", "Zahra", "Nadia", "Intan", "Dian", "Tiara",
          "Mutiara", "Nabila", "Aulia", "Cahaya", "Dinda", "Elsa", "Fadhila", "Gina", "Hanifa", "Indah", "Jihan", "Khairunnisa", "Laila",
          "Mega", "Nurul", "Olivia", "Rania", "Sania", "Talita", "Ulfa", "Vania", "Widya", "Yolanda", "Zakia", "Bunga", "Kayla"),
};
const Words WORDS_MAN_LAST = WORDS("Saputra", "Putra", "Pratama", "Hidayat", "Ramadhan", "Kurniawan", "Firmansyah", "Syahputra", "Maulana",
                                   "Nugraha", "Hakim", "Setiawan", "Effendi", "Anwar", "Hasan", "Ilyas");
const Words WORDS_WOMAN_LAST = WORDS("Sari", "Wati", "Yanti", "Ningsih", "Amelia", "Rahmadani", "Fitria", "Oktavia", "Permata", "Suryani",
                                     "Hasanah", "Maharani", "Lestari", "Anggraini", "Puspita", "Ramadhani");
const Words WORDS_CLAN = WORDS("Chaniago", "Koto", "Piliang", "Sikumbang", "Tanjung", "Guci", "Jambak", "Melayu", "Mandailing", "Bendang");
const Words WORDS_STREET = WORDS("Jl. Anggrek", "Jl. Melati", "Jl. Kenanga", "Jl. Cempaka", "Jl. Durian", "Jl. Rambutan", "Jl. Manggis",
                                 "Jl. Elang", "Jl. Merpati", "Jl. Kutilang", "Jl. Beringin", "Jl. Cemara", "Jl. Nuri", "Gang Surau",
                                 "Gang Mesjid", "Gang Sepakat", "Gang Buntu", "Jl. Bahari", "Jl. Pelaut", "Jl. Kelapa", "Jl. Pinang");
const Words WORDS_FLOWER = WORDS("Melati", "Mawar", "Anggrek", "Kenanga", "Dahlia", "Flamboyan", "Cempaka", "Teratai", "Seroja", "Kamboja");
const Words WORDS_TOWN = WORDS("Pariaman", "Bukittinggi", "Painan", "Solok", "Payakumbuh", "Batusangkar", "Medan", "Pekanbaru", "Jambi",
                               "Bengkulu", "Jakarta", "Palembang");
const Words WORDS_HAMLET = WORDS("Koto", "Jorong Atas", "Jorong Bawah", "Simpang", "Tengah", "Hilir", "Mudik", "Pasar Baru");
